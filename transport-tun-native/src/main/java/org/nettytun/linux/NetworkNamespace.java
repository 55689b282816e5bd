package org.nettytun.linux;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A network namespace in which descriptors can be opened. A descriptor stays in the namespace in which it was opened,
 * so that no thread has to live there. Immutable.
 */
public final class NetworkNamespace {
    private static final String NAMED = "/run/netns/";
    private static final String OWN = "/proc/thread-self/ns/net";
    private static final NetworkNamespace CURRENT = new NetworkNamespace("");

    private final String path;

    private NetworkNamespace(String path) {
        this.path = path;
    }

    /** The one in which the process is. */
    public static NetworkNamespace current() {
        return CURRENT;
    }

    /**
     * @param nameOrPath a name as in {@code ip netns}, or, if it has a slash in it, a file as in {@code
     *                   /proc/42/ns/net}. Looked at only when it is used
     */
    public static NetworkNamespace of(String nameOrPath) {
        if (nameOrPath.isEmpty()) {
            throw new IllegalArgumentException("a network namespace needs a name or a path: name=\"\"");
        }
        return new NetworkNamespace(nameOrPath.indexOf('/') >= 0 ? nameOrPath : NAMED + nameOrPath);
    }

    /**
     * Calls {@code opener} in this namespace: on a fresh thread, which goes there, calls, and ends. The opener opens
     * descriptors and does nothing else: a thread that it started would stay in the namespace for ever. Needs
     * CAP_SYS_ADMIN. For {@link #current()} it is just called.
     *
     * @throws ErrnoException if there is no such namespace, or the privilege is missing
     * @throws Exception      what the opener threw
     */
    public <T> T call(Callable<T> opener) throws Exception {
        if (this == CURRENT) {
            return opener.call();
        }
        int there = LibC.open(path, LibC.O_CLOEXEC); // loads JNA, which may start a thread, before we leave
        if (there < 0) {
            throw new ErrnoException("open", path, LibC.errno(),
                    "there is no such network namespace; \"ip netns list\" shows those that have names");
        }
        int back = LibC.open(OWN, LibC.O_CLOEXEC);
        try {
            if (back < 0) {
                throw ErrnoException.last("open", OWN);
            }
            return callOnThread(there, back, opener);
        } finally {
            LibC.close(there);
            if (back >= 0) {
                LibC.close(back);
            }
        }
    }

    private <T> T callOnThread(int there, int back, Callable<T> opener) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            if (LibC.setns(there, LibC.CLONE_NEWNET) < 0) {
                throw ErrnoException.last("setns", path);
            }
            try {
                return opener.call();
            } finally {
                LibC.setns(back, LibC.CLONE_NEWNET); // the kernel's thread ends a little after Java's
            }
        });
        Thread thread = new Thread(task, "netns");
        thread.start();
        joinUninterruptibly(thread); // what it opened must not be lost
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw (Error) e.getCause();
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return this == CURRENT ? "the current network namespace" : path;
    }
}
