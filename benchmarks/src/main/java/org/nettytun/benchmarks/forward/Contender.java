package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.run.Absent;

import java.io.IOException;
import java.util.List;

/** Who forwards. One more is one more constant. */
enum Contender {
    /** The reference of those that see each packet. */
    C("c", "C: epoll, read, write; and a second, idle thread", null, (launcher, ends) -> launcher.c("plain", ends)),
    /** The reference of those that take super-packets. */
    C_VNET("c-vnet", "the same C with vnet headers: super-packets of TCP and UDP pass whole", C,
            (launcher, ends) -> launcher.c("vnet", ends)),
    /** What users run. */
    ROUTER("router", "our router, offload=off", C, (launcher, ends) -> launcher.router("off", "off", ends)),
    /** Super-packets pass whole. */
    ROUTER_OFFLOAD("router-offload", "our router, offload=on", C_VNET,
            (launcher, ends) -> launcher.router("on", "on", ends)),
    /** Super-packets are split, and segments merged. */
    ROUTER_PLAIN_SIDE("router-plain-side", "our router, offload=on at A, off at B", C_VNET,
            (launcher, ends) -> launcher.router("on", "off", ends)),
    /** The rule of the C program on our channel. */
    NAPI("napi", "the smallest forwarder on our channel, NAPI allocator (the default)", C,
            (launcher, ends) -> launcher.ours("napi", ends)),
    /** The rule of that C program on our channel. */
    NAPI_OFFLOAD("napi-offload", "the smallest forwarder on our channel with all offloads", C_VNET,
            (launcher, ends) -> launcher.ours("napi-offload", ends)),
    /** Before. */
    POOLED("pooled", "the same with Netty's pooled allocator", C, (launcher, ends) -> launcher.ours("pooled", ends)),
    /** Before. */
    ADAPTIVE("adaptive", "the same with Netty's adaptive allocator", C,
            (launcher, ends) -> launcher.ours("adaptive", ends)),
    /** The rival. */
    NETTY_TUN("netty-tun", "the smallest forwarder on org.drasyl:netty-tun, with its own Netty", C,
            Launcher::rival),
    /** What everybody has. */
    SOCAT("socat", "socat TUN TUN; it decrements no TTL", C, Launcher::socat),
    /** The ceiling; super-packets of TCP pass whole, as with its reference. */
    KERNEL("kernel", "the kernel itself, over veth through a namespace in the middle; no process to put on a core",
            C_VNET, (launcher, ends) -> launcher.kernel(ends));

    /** All but those of the series' experiment. */
    static final List<Contender> FORWARD = List.of(C, C_VNET, ROUTER, ROUTER_OFFLOAD, ROUTER_PLAIN_SIDE, NAPI,
            NAPI_OFFLOAD, NETTY_TUN, SOCAT, KERNEL);
    /** The series' experiment: two before, one after. */
    static final List<Contender> SERIES = List.of(POOLED, ADAPTIVE, NAPI);

    private final String id;
    private final String description;
    private final Contender reference;
    private final Starter starter;

    Contender(String id, String description, Contender reference, Starter starter) {
        this.id = id;
        this.description = description;
        this.reference = reference;
        this.starter = starter;
    }

    /** As on the command line and in the CSV. */
    String id() {
        return id;
    }

    /** In words. */
    String description() {
        return description;
    }

    /** Beside whom it is measured; null if nobody. */
    Contender reference() {
        return reference;
    }

    /** How much it takes from a packet's TTL. */
    int hops() {
        return this == SOCAT ? 0 : 1;
    }

    /** Whether it runs in a JVM. */
    boolean inJava() {
        return this != C && this != C_VNET && this != SOCAT && this != KERNEL;
    }

    /** Starts it between two ends. */
    Running start(Launcher launcher, Ends ends) throws Absent, IOException, InterruptedException {
        return starter.start(launcher, ends);
    }

    /** How it is started. */
    interface Starter {
        Running start(Launcher launcher, Ends ends) throws Absent, IOException, InterruptedException;
    }
}
