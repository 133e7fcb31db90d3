"""The database: tables, migrations, sessions, and the private PostGIS cluster of a checkout."""
