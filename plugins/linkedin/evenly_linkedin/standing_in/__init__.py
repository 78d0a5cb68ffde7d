"""What the stand-in of LinkedIn is made of: its memory and rules, its members, pages and tokens, and how it shows things."""
