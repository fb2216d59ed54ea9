package io.muster.schema.host;

/**
 * One mounted file system: the 6 keys of all-smi's schema 1.
 *
 * @param mountPoint where it is mounted
 * @param totalBytes size
 * @param availableBytes what an ordinary user may still write
 * @param hostId host, and the same in {@code hostname}
 * @param index position after sorting by mount point, from 0
 */
public record Storage(
    String mountPoint,
    long totalBytes,
    long availableBytes,
    String hostId,
    String hostname,
    int index) {}
