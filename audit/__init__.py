"""That it was so: the record of every publication, question and opening, that nobody can change unseen."""
