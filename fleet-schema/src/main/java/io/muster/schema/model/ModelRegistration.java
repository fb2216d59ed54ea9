package io.muster.schema.model;

import java.util.Optional;

/**
 * A registration of a model version. Name and version identify it; registering it again replaces
 * the other fields.
 *
 * @param name 1 to 100 characters
 * @param version 1 to 50 characters
 * @param versionCode order of the versions, from 1
 * @param engineType code of the engine that runs it, 0 to 32767
 * @param isActive true if it is in use; empty: unchanged, and true for a new version
 * @param minMemoryMb main memory required, MiB, from 0
 * @param minGpuMemoryGb GPU memory required, GiB, from 0
 */
public record ModelRegistration(
    String name,
    String version,
    long versionCode,
    int engineType,
    Optional<Boolean> isActive,
    Optional<Integer> minMemoryMb,
    Optional<Integer> minGpuMemoryGb) {}
