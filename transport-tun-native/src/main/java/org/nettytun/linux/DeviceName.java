package org.nettytun.linux;

import java.nio.charset.StandardCharsets;

/** What the kernel takes for a device's name. Source: {@code dev_valid_name}, {@code dev_alloc_name}, v6.12. */
final class DeviceName {
    private static final int MAX_BYTES = 15;

    private DeviceName() {
    }

    /** @throws IllegalArgumentException unless it is empty, a name, or a template with one {@code %d} */
    static void check(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw wrong(name, "is " + bytes.length + " bytes long");
        }
        if (name.equals(".") || name.equals("..")) {
            throw wrong(name, "is a directory's");
        }
        for (byte b : bytes) {
            if (b == '/' || b == ':' || b == 0 || isSpace(b & 0xff)) {
                throw wrong(name, "has a character that must not be");
            }
        }
        if (name.replaceFirst("%d", "").contains("%")) {
            throw wrong(name, "has a % that is not its only %d");
        }
    }

    /** @throws IllegalArgumentException unless it is a name, whole and not a template */
    static void checkWhole(String name) {
        check(name);
        if (name.isEmpty() || name.contains("%")) {
            throw wrong(name, name.isEmpty() ? "is empty" : "is a template");
        }
    }

    /** The kernel's {@code isspace} knows Latin-1: 0xa0, also as a byte of some letters in UTF-8, is a space. */
    private static boolean isSpace(int b) {
        return b == ' ' || b >= '\t' && b <= '\r' || b == 0xa0;
    }

    private static IllegalArgumentException wrong(String name, String what) {
        return new IllegalArgumentException("a device's name has 1 to 15 bytes without slash, colon or space, and at"
                + " most one %d for a number; this one " + what + ": name=\"" + name + '"');
    }
}
