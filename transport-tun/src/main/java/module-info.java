/**
 * A Netty transport for Linux TUN devices: channel, event loop, buffers and the ledger of what became of each packet.
 */
module org.nettytun.transport {
    requires transitive io.netty.buffer;
    requires transitive io.netty.common;
    requires transitive io.netty.transport;
    requires transitive io.netty.transport.classes.epoll;
    requires transitive io.netty.transport.unix.common;
    requires jdk.jfr;
    requires transitive org.nettytun.linux;
    requires static transitive micrometer.core;

    exports org.nettytun.buffer;
    exports org.nettytun.channel;
    exports org.nettytun.forward;
    exports org.nettytun.metrics;
    exports org.nettytun.offload;
    exports org.nettytun.packet;
    exports org.nettytun.routing;
    exports org.nettytun.stats;
}
