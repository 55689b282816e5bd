package org.nettytun.examples.tunnel;

import org.nettytun.stats.DropReason;

/** Why a datagram is not let in. */
enum TunnelDropReason implements DropReason {
    /** It did not come from the peer's address and port. */
    UNKNOWN_SENDER,
    /** It does not start with the header of this kind of tunnel: sealed here, plain there, or something else. */
    BAD_HEADER,
    /** It does not authenticate: another key, or it was changed on its way. */
    BAD_SEAL,
    /** It came before, is older than all that is remembered, or belongs to a session that is over. */
    REPLAYED
}
