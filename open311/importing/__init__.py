"""Moving in: what another system gives, read, mapped and written, again and again if need be."""
