"""The guide: pages in English and Russian, and the steps from which parts, pictures and checks are made."""
