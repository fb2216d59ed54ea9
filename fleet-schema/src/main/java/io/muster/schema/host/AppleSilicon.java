package io.muster.schema.host;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The core clusters of an Apple chip. S, P and E are the super, performance and efficiency
 * clusters.
 *
 * @param sCoreUtilization mean utilization of the cluster, percent 0..100
 * @param aneOpsPerSecond operations of the neural engine, 1/s
 * @param sClusterFrequencyMhz MHz
 * @param sCoreL2CacheMb L2 cache of the cluster, MB
 */
public record AppleSilicon(
    int sCoreCount,
    int pCoreCount,
    int eCoreCount,
    int gpuCoreCount,
    OptionalDouble sCoreUtilization,
    OptionalDouble pCoreUtilization,
    OptionalDouble eCoreUtilization,
    OptionalDouble aneOpsPerSecond,
    OptionalInt sClusterFrequencyMhz,
    OptionalInt pClusterFrequencyMhz,
    OptionalInt eClusterFrequencyMhz,
    OptionalInt sCoreL2CacheMb,
    OptionalInt pCoreL2CacheMb,
    OptionalInt eCoreL2CacheMb) {}
