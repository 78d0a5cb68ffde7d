"""What the stand-in of Facebook is made of: its memory and rules, its users and tokens, and how it shows things."""
