package org.nettytun.linux;

import java.nio.charset.StandardCharsets;

/** What the kernel takes for a device's name. Source: {@code dev_valid_name}, {@code dev_alloc_name}, v6.12. */
final class DeviceName {
    private static final int MAX_BYTES = 15;

    private DeviceName() {
    }

    /** @throws IllegalArgumentException unless it is empty, a name, or a template with one {@code %d} */
    static void check(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_BYTES) {
            throw wrong(name, "is " + length + " bytes long");
        }
        if (name.equals(".") || name.equals("..")) {
            throw wrong(name, "is a directory's");
        }
        for (char c : name.toCharArray()) {
            if (c == '/' || c == ':' || c == 0 || Character.isWhitespace(c)) {
                throw wrong(name, "has a character that must not be");
            }
        }
        if (name.replaceFirst("%d", "").contains("%")) {
            throw wrong(name, "has a % that is not its only %d");
        }
    }

    private static IllegalArgumentException wrong(String name, String what) {
        return new IllegalArgumentException("a device's name has 1 to 15 bytes without slash, colon or space, and at"
                + " most one %d for a number; this one " + what + ": name=\"" + name + '"');
    }
}
