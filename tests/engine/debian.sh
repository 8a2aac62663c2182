# shellcheck shell=bash
# What tests/engine asks of Debian: the mirror that this machine uses, and the cache for what comes from it.
# Sourced.

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/tarmac-tests
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# The first of the machine's own apt sources that serves bookworm; empty without one.
mirror() {
  # shellcheck disable=SC2016 # apt reads these names, not the shell
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
    awk '$2 == "bookworm" { print $1; exit }'
}
