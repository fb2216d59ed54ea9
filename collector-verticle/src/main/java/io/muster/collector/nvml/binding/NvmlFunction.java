package io.muster.collector.nvml.binding;

import java.util.List;

/** One function of the library, with its C names from the newest version to the oldest. */
public enum NvmlFunction {
  INIT("nvmlInit_v2", "nvmlInit"),
  SHUTDOWN("nvmlShutdown"),
  ERROR_STRING("nvmlErrorString"),

  SYSTEM_DRIVER_VERSION("nvmlSystemGetDriverVersion"),
  SYSTEM_CUDA_DRIVER_VERSION("nvmlSystemGetCudaDriverVersion_v2", "nvmlSystemGetCudaDriverVersion"),
  DEVICE_COUNT("nvmlDeviceGetCount_v2", "nvmlDeviceGetCount"),
  HANDLE_BY_INDEX("nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex"),

  NAME("nvmlDeviceGetName"),
  UUID("nvmlDeviceGetUUID"),
  SERIAL("nvmlDeviceGetSerial"),
  VBIOS_VERSION("nvmlDeviceGetVbiosVersion"),
  PCI_INFO("nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetPciInfo_v2", "nvmlDeviceGetPciInfo"),
  BRAND("nvmlDeviceGetBrand"),
  ARCHITECTURE("nvmlDeviceGetArchitecture"),
  NUMA_NODE_ID("nvmlDeviceGetNumaNodeId"),
  TEMPERATURE_THRESHOLD("nvmlDeviceGetTemperatureThreshold"),
  GSP_FIRMWARE_MODE("nvmlDeviceGetGspFirmwareMode"),
  GSP_FIRMWARE_VERSION("nvmlDeviceGetGspFirmwareVersion"),
  GPM_SUPPORT("nvmlGpmQueryDeviceSupport"),
  MAX_PCIE_GENERATION("nvmlDeviceGetMaxPcieLinkGeneration"),
  MAX_PCIE_WIDTH("nvmlDeviceGetMaxPcieLinkWidth"),
  COMPUTE_MODE("nvmlDeviceGetComputeMode"),
  POWER_LIMIT("nvmlDeviceGetPowerManagementLimit"),
  POWER_LIMIT_DEFAULT("nvmlDeviceGetPowerManagementDefaultLimit"),
  POWER_LIMIT_CONSTRAINTS("nvmlDeviceGetPowerManagementLimitConstraints"),
  MAX_CUSTOMER_BOOST_CLOCK("nvmlDeviceGetMaxCustomerBoostClock"),
  MAX_CLOCK("nvmlDeviceGetMaxClockInfo"),
  ECC_MODE("nvmlDeviceGetEccMode"),
  MIG_MODE("nvmlDeviceGetMigMode"),
  MAX_MIG_DEVICE_COUNT("nvmlDeviceGetMaxMigDeviceCount"),
  MIG_DEVICE_HANDLE("nvmlDeviceGetMigDeviceHandleByIndex"),
  GPU_INSTANCE_ID("nvmlDeviceGetGpuInstanceId"),
  COMPUTE_INSTANCE_ID("nvmlDeviceGetComputeInstanceId"),
  ATTRIBUTES("nvmlDeviceGetAttributes_v2"),

  UTILIZATION("nvmlDeviceGetUtilizationRates"),
  MEMORY_V2("nvmlDeviceGetMemoryInfo_v2"),
  MEMORY("nvmlDeviceGetMemoryInfo"),
  TEMPERATURE("nvmlDeviceGetTemperature"),
  TEMPERATURE_V("nvmlDeviceGetTemperatureV"),
  CLOCK("nvmlDeviceGetClockInfo"),
  POWER_USAGE("nvmlDeviceGetPowerUsage"),
  TOTAL_ENERGY("nvmlDeviceGetTotalEnergyConsumption"),
  PERFORMANCE_STATE("nvmlDeviceGetPerformanceState"),
  PCIE_GENERATION("nvmlDeviceGetCurrPcieLinkGeneration"),
  PCIE_WIDTH("nvmlDeviceGetCurrPcieLinkWidth"),
  NVLINK_STATE("nvmlDeviceGetNvLinkState"),
  NVLINK_REMOTE_TYPE("nvmlDeviceGetNvLinkRemoteDeviceType"),

  COMPUTE_PROCESSES(
      "nvmlDeviceGetComputeRunningProcesses_v3",
      "nvmlDeviceGetComputeRunningProcesses_v2",
      "nvmlDeviceGetComputeRunningProcesses"),
  GRAPHICS_PROCESSES(
      "nvmlDeviceGetGraphicsRunningProcesses_v3",
      "nvmlDeviceGetGraphicsRunningProcesses_v2",
      "nvmlDeviceGetGraphicsRunningProcesses"),
  MPS_PROCESSES(
      "nvmlDeviceGetMPSComputeRunningProcesses_v3",
      "nvmlDeviceGetMPSComputeRunningProcesses_v2",
      "nvmlDeviceGetMPSComputeRunningProcesses");

  private final List<String> symbols;

  NvmlFunction(String... symbols) {
    this.symbols = List.of(symbols);
  }

  /** C names, newest first. */
  public List<String> symbols() {
    return symbols;
  }
}
