"""The pilot in figures: counted on record, protected before anything leaves, released once per quarter."""
