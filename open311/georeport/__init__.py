"""GeoReport v2 over HTTP. Nothing else in the house speaks Open311."""
