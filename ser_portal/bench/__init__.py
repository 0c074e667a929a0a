"""Measuring the portal on a volume it will not reach for years; see README.md."""
