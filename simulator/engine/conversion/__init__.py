"""Other versions and views of a kind, and the one as which it is stored. One file per part of upstream's pkg/apis."""
