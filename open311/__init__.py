"""An Open311 GeoReport v2 server for many cities."""

__version__ = "0.1.0"
