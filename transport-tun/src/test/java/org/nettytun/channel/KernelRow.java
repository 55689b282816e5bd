package org.nettytun.channel;

import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;

/**
 * Every way in which the tun driver can treat a packet, in the order of its code: {@code tun_get_user} (W, a write),
 * {@code tun_do_read} (R, a read) and {@code tun_net_xmit} (X, into the queue that we read). Source: {@code
 * drivers/net/tun.c}, v6.12 to v7.3. Those that a channel can meet are provoked by {@link KernelRowsTest}; of the
 * others it is said why not.
 */
enum KernelRow {
    W0("the device is gone", "EBADFD", KernelDropReason.QUEUE_PURGE, Direction.OUTBOUND, "none"),
    W1("packet information too short", "packet information is never asked for, and refused on a given descriptor"),
    W2("packet information cannot be copied", "as W1"),
    W3("virtio header too short", "a channel without offloads has none; with them it writes the whole of it"),
    W4("virtio header cannot be copied", "our memory is mapped for as long as it is read"),
    W5("frame shorter than an Ethernet header", "of TAP devices"),
    W6("no memory for the short way of frames", "of TAP devices"),
    W7("XDP consumed the frame", "of TAP devices"),
    W8("no memory", "ENOBUFS", KernelDropReason.NOMEM, Direction.OUTBOUND, "rx_dropped"),
    W9("send buffer full", "its limit is never lowered, and never reached otherwise; EAGAIN is met on pairs"),
    W10("too many pieces", "of TAP devices with IFF_NAPI_FRAGS"),
    W11("packet cannot be copied", "our memory is mapped for as long as it is read"),
    W12("neither IPv4 nor IPv6", "EINVAL", KernelDropReason.INVALID_PROTO, Direction.OUTBOUND, "rx_dropped"),
    W12_EMPTY("empty", "we do not ask", KernelDropReason.PKT_TOO_SMALL, Direction.OUTBOUND, "none"),
    W13("Ethernet header cannot be pulled", "of TAP devices"),
    W14("virtio header wrong", "without offloads there is none; with them DEV_HDR or SKB_BAD_GSO (OffloadDeviceTest)"),
    W15("a generic XDP program did not pass it", "the write succeeds, so for us it is sent: the program counts it"),
    W16("the device is down", "EIO", KernelDropReason.DEV_READY, Direction.OUTBOUND, "rx_dropped"),
    W17("bad header length, or NAPI busy", "of TAP devices with IFF_NAPI_FRAGS"),
    W18("IFF_NAPI and the queue is detached", "a channel never detaches its queue; it would be NOT_SPECIFIED (EBUSY)"),
    W19("taken", "its length", DropReason.NONE, Direction.OUTBOUND, "rx_packets"),

    R0("the device is gone", "EBADFD", DropReason.NONE, Direction.INBOUND, "none"),
    R1("no room at all", "a read always offers the MTU and one byte more"),
    R2("nothing waits", "EAGAIN", DropReason.NONE, Direction.INBOUND, "none"),
    R3("a signal while it waited", "descriptors are non-blocking"),
    R4("deleted while it waited", "descriptors are non-blocking"),
    R5("no room for the packet information", "as W1"),
    R6("packet information cannot be copied", "as W1"),
    R7("super-packet of a kind that the header cannot say", "only kinds are granted that it can say"),
    R8("no room for the virtio header", "with offloads a read offers it, too"),
    R9("no room for the VLAN tag", "of TAP devices"),
    R10("longer than the room", "as much as fits", TunDropReason.PKT_TRUNCATED, Direction.INBOUND, "tx_packets"),
    R11("packet cannot be copied", "our memory is mapped for as long as it is written"),
    R12("given", "its length", DropReason.NONE, Direction.INBOUND, "tx_packets"),
    R12_NOMEM("given, and we have no memory", "its length", KernelDropReason.NOMEM, Direction.INBOUND, "tx_packets"),

    X1("nobody has the device open", "the sender sees success", DropReason.NONE, Direction.INBOUND, "tx_dropped"),
    X2("the filter of addresses refused it", "of TAP devices"),
    X3("the socket filter refused it", "of TAP devices"),
    X4("the eBPF filter refused it", "a channel attaches none; the kernel would count it in tx_dropped"),
    X5("no memory to trim it", "only after such a filter"),
    X6("zero-copy pieces cannot be copied", "only without memory; the kernel would count it in tx_dropped"),
    X7("the queue is full", "the sender sees success", DropReason.NONE, Direction.INBOUND, "tx_dropped");

    final String condition;
    /** What the system call answers. */
    final String answer;
    /** As which we count it; {@code NONE} if we do not, because it is no drop or the kernel's alone. */
    final DropReason reason;
    final Direction direction;
    /** The interface's counter that moves. */
    final String kernelCounter;
    /** Why it cannot be met; {@code null} if it can. */
    final String whyNot;

    KernelRow(String condition, String answer, DropReason reason, Direction direction, String kernelCounter) {
        this.condition = condition;
        this.answer = answer;
        this.reason = reason;
        this.direction = direction;
        this.kernelCounter = kernelCounter;
        this.whyNot = null;
    }

    KernelRow(String condition, String whyNot) {
        this.condition = condition;
        this.answer = null;
        this.reason = null;
        this.direction = null;
        this.kernelCounter = null;
        this.whyNot = whyNot;
    }
}
