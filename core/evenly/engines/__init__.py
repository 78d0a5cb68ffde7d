"""What says when: the engines call the publisher, nothing more."""
