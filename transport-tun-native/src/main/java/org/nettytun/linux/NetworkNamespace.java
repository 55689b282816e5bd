package org.nettytun.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * A network namespace to open descriptors in. What is opened there belongs to it for good, wherever it is used.
 * Immutable, for any thread.
 *
 * <p>Needs CAP_SYS_ADMIN, both in the caller's user namespace and in the one that owns the network namespace.
 */
public final class NetworkNamespace {
    private static final Path NAMED = Path.of("/run/netns");
    private static final NetworkNamespace CURRENT = new NetworkNamespace(null);

    private final String path;   // null: wherever the caller is

    private NetworkNamespace(String path) {
        this.path = path;
    }

    /**
     * Names a namespace; whether it exists is seen when it is used.
     *
     * @param nameOrPath {@code "blue"}, made by {@code ip netns add}, stands for {@code /run/netns/blue}; with a
     *                   {@code '/'} it is a path: {@code /proc/4711/ns/net}
     * @throws IllegalArgumentException it can be neither
     */
    public static NetworkNamespace of(String nameOrPath) {
        if (nameOrPath.isBlank() || nameOrPath.indexOf('\0') >= 0 || ".".equals(nameOrPath)
                || "..".equals(nameOrPath)) {
            throw new IllegalArgumentException(
                    "network namespace must be a name of `ip netns list` or a path: \"" + nameOrPath + '"');
        }
        return new NetworkNamespace(
                nameOrPath.indexOf('/') >= 0 ? nameOrPath : NAMED.resolve(nameOrPath).toString());
    }

    /** The calling thread's own: {@link #call} runs in place. */
    public static NetworkNamespace current() {
        return CURRENT;
    }

    /**
     * Runs {@code opener} inside the namespace, on a platform thread of its own that goes there, calls, comes back and
     * ends; then returns. Waits even if interrupted, so that what was opened is never lost; the interrupt stays set.
     *
     * <p>The opener may open descriptors and use this package. It must not start threads, directly or through a
     * library: a thread starts in its parent's namespace and would keep it alive and stay in it.
     *
     * @return what the opener returned
     * @throws ErrnoException ENOENT: no such namespace; EPERM: no CAP_SYS_ADMIN; EINVAL: not a network namespace
     * @throws Exception      whatever the opener threw, the same object
     */
    public <T> T call(Callable<T> opener) throws Exception {
        Objects.requireNonNull(opener, "opener");
        if (path == null) {
            return opener.call();
        }
        NamespaceWarmUp.once();
        // O_NONBLOCK: a path may be anything, and to open a pipe would wait for its other end.
        int fd = LibC.open(path, LibC.O_NONBLOCK | LibC.O_CLOEXEC);
        if (fd < 0) {
            throw ErrnoException.last("open", path);
        }
        try {
            return new NamespaceVisit<>(path, fd, opener).run();
        } finally {
            LibC.close(fd);
        }
    }

    /** {@link #call} for openers that throw nothing else. */
    <T> T callForIo(IoOpener<T> opener) throws IOException {
        try {
            return call(opener::open);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("an opener threw what it does not declare", e);
        }
    }

    @Override
    public String toString() {
        return path == null ? "the current network namespace" : path;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkNamespace that && Objects.equals(path, that.path);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(path);
    }

    /** Opens something. */
    interface IoOpener<T> {
        T open() throws IOException;
    }
}
