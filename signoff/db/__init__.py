"""The database: engine and sessions, schema, guards laid and compared, tools for migrations."""
