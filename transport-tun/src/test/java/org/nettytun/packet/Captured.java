package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import java.util.Arrays;

/**
 * Packets that a kernel (6.18) wrote to a TUN device, byte by byte. The commands were {@code ping -Q 0xb8 -t 33 -e 4660
 * -s 5}, with {@code -R} for options and {@code -F 0x12345} for a flow label, and five bytes of UDP, port 4660 to 53.
 */
final class Captured {
    /** No two fields hold the same value, but for the offset, which is 0: see {@link #LAST_FRAGMENT_V4}. */
    static final String ECHO_V4_WITH_OPTIONS = "4fb8004901a440002101072a0a0700010a070009"
            + "01" + "072708" + "0a070001" + "00".repeat(32) + "0800dfc6123400010001020304";
    /** The header of the last of three fragments of a {@code ping -s 1200} over an MTU of 576; then its 104 bytes. */
    static final String LAST_FRAGMENT_V4 = "45b8007cffea008a2101843d0a0700010a070009" + counting(0x48, 104);
    static final String ECHO_V6 = "6b812345000d3a21fd070000000000000000000000000001fd070000000000000000000000000009"
            + "80006d65123400010001020304";
    /** The last of two fragments of a {@code ping -s 1600} over an MTU of 1500. */
    static final String LAST_FRAGMENT_V6 = "6b80d3e300a82c21fd070000000000000000000000000001"
            + "fd0700000000000000000000000000093a0005a8ae148323" + counting(0xa0, 160);
    static final String UDP_V4 = "45000021f4bc4000401131f80a0700010a07000912340035000d958168656c6c6f";
    static final String UDP_V6 = "600c710e000d1140fd070000000000000000000000000001fd070000000000000000000000000009"
            + "12340035000daf7f68656c6c6f";

    /** The same {@code ping} with {@code -T tsandaddr}. */
    static final String TIMESTAMPS_V4 = "4eb80045f3684000210172980a0700010a070009" + "44240d010a07000104547666"
            + "00".repeat(24) + "0800dfc6123400010001020304";
    /** Five bytes of UDP behind a router alert and a destination option of type 0x1e. */
    static final String OPTIONS_V6 = "600542ca001d0021fd070000000000000000000000000001fd070000000000000000000000000009"
            + "3c00050200000100" + "11001e0401020304" + "12340035000daf7f68656c6c6f";
    /** A SYN over IPv4, and one over IPv6; then five urgent bytes, TTL 33. */
    static final String SYN_V4 = "45b8003c6b2f40002106d9bd0a0700010a070009"
            + "123401bbc4ad87dd00000000a002faf0d9620000020405b40402080ad10b2e0c000000000103030a";
    static final String SYN_V6 = "600dc7f500280640fd070000000000000000000000000001fd070000000000000000000000000009"
            + "123401bbf973139500000000a002fd2015d60000020405a00402080a276ef29a000000000103030a";
    static final String URGENT_V4 = "45b80039b749400021068da60a0700010a070009"
            + "123401bbcff6012e89abcdf08038faf0742f00050101080ad10b5d5f1122334468656c6c6f";

    private Captured() {
    }

    /** The bytes behind {@code before} others, so that no view gets by with index 0. */
    static ByteBuf at(int before, String hex) {
        byte[] packet = ByteBufUtil.decodeHexDump(hex);
        return blank(before + packet.length).setBytes(before, packet);
    }

    /** A buffer that was never zero: what a writer forgets to write shows. */
    static ByteBuf blank(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xa5);
        return Unpooled.wrappedBuffer(bytes);
    }

    static String hex(ByteBuf buf, int index, int length) {
        return ByteBufUtil.hexDump(buf, index, length);
    }

    private static String counting(int from, int bytes) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < bytes; i++) {
            hex.append(String.format("%02x", from + i & 0xff));
        }
        return hex.toString();
    }
}
