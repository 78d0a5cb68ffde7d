"""What the stand-in of Instagram is made of: its memory and rules, its users and tokens, how it fetches media and shows things."""
