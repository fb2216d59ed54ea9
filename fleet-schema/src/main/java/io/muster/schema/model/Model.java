package io.muster.schema.model;

import java.util.Optional;

/**
 * One version of a model, as the REST interface lists it.
 *
 * @param id number that the registry gave it
 * @param name 1 to 100 characters
 * @param version 1 to 50 characters
 * @param versionCode order of the versions, from 1
 * @param isActive whether it is in use
 * @param minMemoryMb main memory that it needs, MiB
 * @param minGpuMemoryGb GPU memory that it needs, GiB
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
