package org.nettytun.examples.router;

import io.netty.util.concurrent.DefaultThreadFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a file ten times a second, by a thread of its own, and tells when it is another: written, replaced, linked
 * to elsewhere, or gone. Waits until two looks see the same, so that who writes it slowly can finish. It looks, instead
 * of being told, for then it does not matter on which file system the file is and by how many links it is reached.
 */
final class FileWatch implements AutoCloseable {
    private static final long MILLIS = 100;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            new DefaultThreadFactory("file-watch", true));
    private final Path file;
    private final Runnable changed;
    private Look told;
    private Look last;

    /** @param changed called by the thread; must not throw */
    FileWatch(Path file, Runnable changed) {
        this.file = file;
        this.changed = changed;
        this.told = look();
        this.last = told;
        thread.scheduleWithFixedDelay(this::compare, MILLIS, MILLIS, TimeUnit.MILLISECONDS);
    }

    private void compare() {
        Look now = look();
        if (now.equals(last) && !now.equals(told)) {
            told = now;
            changed.run();
        }
        last = now;
    }

    private Look look() {
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            return new Look(seen.fileKey(), seen.lastModifiedTime(), seen.size());
        } catch (IOException e) {
            return new Look(null, null, 0);   // gone, or out of sight: whoever reads it next says why
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private record Look(Object inode, FileTime modified, long bytes) {
    }
}
