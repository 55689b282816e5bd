package org.nettytun.channel;

import java.io.IOException;

/** The device was deleted, or the peer of a pair closed: fired once through the pipeline, then the channel closes. */
public final class TunGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    TunGoneException(String device, String sign) {
        super(device + ": the device or peer is gone (" + sign + "); the channel closes");
    }
}
