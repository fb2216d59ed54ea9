package io.muster.schema.model;

import java.util.Optional;

/**
 * One version of a model, as the REST interface lists it.
 *
 * @param id number assigned by the registry
 * @param name 1 to 100 characters
 * @param version 1 to 50 characters
 * @param versionCode order of the versions, from 1
 * @param isActive true if it is in use
 * @param minMemoryMb main memory required, MiB
 * @param minGpuMemoryGb GPU memory required, GiB
 * @param createdAt UTC with six fraction digits
 */
public record Model(
    int id,
    String name,
    String version,
    long versionCode,
    boolean isActive,
    Optional<Integer> minMemoryMb,
    Optional<Integer> minGpuMemoryGb,
    String createdAt) {}
