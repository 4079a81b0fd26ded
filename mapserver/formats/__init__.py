"""Bytes in and out: spreadsheets, vector tiles, GeoJSON, geofiles."""
