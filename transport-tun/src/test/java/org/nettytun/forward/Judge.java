package org.nettytun.forward;

import java.util.List;

/**
 * A router between three links, asked what it does with a packet: the kernel's or ours. Both have 10.1.0.254/24 and
 * fd01::fe/64 at port 0 (MTU 1500), 10.2.0.254/24 and fd02::fe/64 at port 1 (MTU 1400), 10.3.0.254/24 at port 2 (MTU
 * 576), and the routes of {@link Network}; neither limits its errors.
 */
interface Judge extends AutoCloseable {
    /** Puts a packet in at a port; returns all that comes out, in order for each port, ports ascending. */
    List<Out> inject(int port, byte[] packet) throws Exception;

    @Override
    void close();

    /** A packet that came out. */
    record Out(int port, byte[] packet) {
    }
}
