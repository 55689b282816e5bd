package org.nettytun.examples.tunnel;

import org.nettytun.buffer.PacketBuf;

import java.util.function.Consumer;

/**
 * What is done to each datagram on its way, and where. Called by the tunnel's event loop. A packet is taken over; it is
 * handed on by that loop, at once or later, or dropped. Those of one flow stay in order.
 */
interface Sealing {
    /** The packet as it is. */
    Sealing NONE = new Sealing() {
        @Override
        public void seal(PacketBuf packet, int flow, Consumer<PacketBuf> then) {
            then.accept(packet);
        }

        @Override
        public void open(PacketBuf datagram, int flow, Consumer<PacketBuf> then) {
            then.accept(datagram);
        }
    };

    /** From header and packet to header, what is sealed, and tag. */
    void seal(PacketBuf packet, int flow, Consumer<PacketBuf> then);

    /** And back. */
    void open(PacketBuf datagram, int flow, Consumer<PacketBuf> then);

    /** Sealed on the event loop itself. */
    static Sealing here(Seal seal) {
        return new Sealing() {
            @Override
            public void seal(PacketBuf packet, int flow, Consumer<PacketBuf> then) {
                handOn(seal.seal(packet), then);
            }

            @Override
            public void open(PacketBuf datagram, int flow, Consumer<PacketBuf> then) {
                handOn(seal.open(datagram), then);
            }
        };
    }

    private static void handOn(PacketBuf done, Consumer<PacketBuf> then) {
        if (done != null) {
            then.accept(done);
        }
    }
}
