package io.muster.schema.host;

/**
 * One mounted file system: the 6 keys of all-smi's schema 1.
 *
 * @param mountPoint path of the mount point
 * @param totalBytes size
 * @param availableBytes space available to an ordinary user
 * @param hostId name of the host, also in {@code hostname}
 * @param index position after sorting by mount point, from 0
 */
public record Storage(
    String mountPoint,
    long totalBytes,
    long availableBytes,
    String hostId,
    String hostname,
    int index) {}
