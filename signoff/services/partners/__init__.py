"""The partner register: organizations, their names, their contacts, joining and leaving."""
