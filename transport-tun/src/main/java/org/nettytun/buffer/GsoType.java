package org.nettytun.buffer;

/**
 * What a super-packet is to be split into. Source: {@code include/uapi/linux/virtio_net.h}, v6.12, {@code
 * VIRTIO_NET_HDR_GSO_*}; UFO (3) and tunnels (0x20, 0x40) are not for us.
 */
public enum GsoType {
    /** Nothing: it is one packet. */
    NONE(0),
    /** TCP segments over IPv4. */
    TCP4(1),
    /** TCP segments over IPv6. */
    TCP6(4),
    /** UDP datagrams over either: USO. */
    UDP_L4(5);

    private final int code;

    GsoType(int code) {
        this.code = code;
    }

    /** As in a virtio header, without the ECN bit. */
    public int code() {
        return code;
    }

    /** The type of a virtio header's number without the ECN bit; {@code null} if there is no such type here. */
    public static GsoType of(int code) {
        return switch (code) {
            case 0 -> NONE;
            case 1 -> TCP4;
            case 4 -> TCP6;
            case 5 -> UDP_L4;
            default -> null;
        };
    }
}
