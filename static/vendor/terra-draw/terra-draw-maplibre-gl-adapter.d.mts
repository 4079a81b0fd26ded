// The vendored build carries no types; they come from the package of the same version.
export * from 'terra-draw-maplibre-gl-adapter';
