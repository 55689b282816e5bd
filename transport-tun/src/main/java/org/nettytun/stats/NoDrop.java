package org.nettytun.stats;

/** The answer of a check that found nothing wrong; see {@link DropReason#NONE}. */
enum NoDrop implements DropReason {
    NONE
}
