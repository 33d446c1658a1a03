"""What was seen, where and when: rows in one encrypted SQLite file. docs/privacy.md tells what that protects from."""
