package io.muster.schema.gpu;

import java.util.List;

/**
 * The partitioning of a GPU into instances (NVIDIA Multi-Instance GPU).
 *
 * @param currentMode 1 while the GPU is partitioned, else 0 (NVML getMigMode)
 * @param pendingMode value of {@code currentMode} after the next reset of the GPU
 * @param instances sorted by index; empty while the mode is 0
 */
public record Mig(int currentMode, int pendingMode, List<MigInstance> instances) {
  public Mig {
    instances = List.copyOf(instances);
  }
}
