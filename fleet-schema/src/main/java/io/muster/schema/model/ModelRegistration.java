package io.muster.schema.model;

import java.util.Optional;

/**
 * A version of a model as it is registered. Name and version are its identity: registered again,
 * the rest is replaced.
 *
 * @param name 1 to 100 characters
 * @param version 1 to 50 characters
 * @param versionCode order of the versions, from 1
 * @param engineType what runs it, 0 to 32767
 * @param isActive whether it is in use; empty: as it was, and true at first
 * @param minMemoryMb main memory that it needs, MiB, from 0
 * @param minGpuMemoryGb GPU memory that it needs, GiB, from 0
 */
public record ModelRegistration(
    String name,
    String version,
    long versionCode,
    int engineType,
    Optional<Boolean> isActive,
    Optional<Integer> minMemoryMb,
    Optional<Integer> minGpuMemoryGb) {}
