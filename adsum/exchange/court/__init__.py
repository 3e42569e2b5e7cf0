"""The court feed: reads the immigration court's daily drops, in the layout of its public dump."""
