"""Pure rules of the field: no SQL, no HTTP, no files, no clock, no randomness."""
