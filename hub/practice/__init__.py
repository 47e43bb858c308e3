"""The practice chain: a seeded story to look at, and a year of exports to replay."""

from pathlib import Path

PILOT = Path(__file__).parent / "pilot"
"""The year that ships with the hub: invented people, the totals of the Almere evaluation."""
