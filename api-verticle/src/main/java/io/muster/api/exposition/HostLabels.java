package io.muster.api.exposition;

import io.muster.schema.frame.Readings;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuReading;
import io.muster.schema.host.AppleSilicon;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuSocket;
import io.muster.schema.host.Fan;
import io.muster.schema.host.Memory;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.RuntimeEnvironment;
import io.muster.schema.host.Storage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The label schemas of a host and of its parts other than accelerators, with the labels of all-smi.
 */
final class HostLabels {
  private static final Map<String, String> CORE_TYPE_LABELS =
      Map.of("Super", "S", "Performance", "P", "Efficiency", "E", "Standard", "C");
  private static final List<String> CHASSIS_DETAIL_KEYS =
      List.of("Product Name", "Vendor", "Board", "Version", "BIOS Version", "platform");
  private static final String UNKNOWN = "unknown";

  /**
   * A truncated command has 256 bytes, a truncated name 128, each followed by the note of the
   * truncation.
   */
  private static final int MAX_COMMAND_BYTES = 256 + 32;

  private static final int MAX_NAME_BYTES = 128 + 32;

  static final LabelSchema<HostScrape> HOST =
      LabelSchema.HOST.label("instance", HostScrape::hostId).label("hostname", HostScrape::hostId);

  static final LabelSchema<HostScrape> BUILD =
      HOST.label("version", host -> host.build().version())
          .label("os", host -> host.build().os())
          .label("arch", host -> host.build().arch());

  private static final LabelSchema<Cpu> CPU_MODEL =
      LabelSchema.ofSection(Readings::cpus)
          .label("cpu_model", each -> each.hardware().cpuModel())
          .label("instance", each -> each.origin().instance())
          .label("hostname", each -> each.origin().hostname());

  static final LabelSchema<Cpu> CPU =
      CPU_MODEL.label("index", cpu -> Integer.toString(cpu.index()));

  static final LabelSchema<Cpu> CPU_INFO =
      CPU.label("architecture", each -> each.hardware().architecture())
          .label("platform_type", cpu -> cpu.hardware().platformType().label());

  static final LabelSchema<CpuSocket> CPU_SOCKET =
      CPU_MODEL
          .label("cpu_index", cpu -> Integer.toString(cpu.index()))
          .flatMap(cpu -> cpu.perSocketInfo().stream())
          .label("socket_id", socket -> Integer.toString(socket.socketId()));

  static final LabelSchema<CpuCore> CPU_CORE =
      CPU_MODEL
          .flatMap(cpu -> cpu.perCoreUtilization().stream())
          .label("core_id", core -> Integer.toString(core.coreId()))
          .label("core_type", core -> CORE_TYPE_LABELS.getOrDefault(core.coreType(), "C"));

  static final LabelSchema<AppleSilicon> APPLE_CPU =
      CPU.flatMap(cpu -> cpu.appleSiliconInfo().stream());

  static final LabelSchema<Memory> MEMORY =
      LabelSchema.ofSection(Readings::memory)
          .label("instance", each -> each.origin().instance())
          .label("hostname", each -> each.origin().hostname())
          .label("index", memory -> Integer.toString(memory.index()));

  static final LabelSchema<Storage> DISK =
      LabelSchema.ofSection(Readings::storage)
          .label("instance", Storage::hostname)
          .label("mount_point", Storage::mountPoint)
          .label("index", disk -> Integer.toString(disk.index()));

  static final LabelSchema<Chassis> CHASSIS =
      LabelSchema.ofSection(Readings::chassis)
          .label("hostname", each -> each.origin().hostname())
          .label("instance", each -> each.origin().instance());

  static final LabelSchema<Chassis> CHASSIS_INFO = chassisLabels();

  static final LabelSchema<String> CHASSIS_PRESSURE =
      CHASSIS
          .flatMap(chassis -> chassis.thermal().thermalPressure().stream())
          .label("level", level -> level);

  static final LabelSchema<Fan> FAN =
      CHASSIS
          .flatMap(chassis -> chassis.fanSpeeds().stream())
          .label("fan_id", fan -> Integer.toString(fan.id()))
          .label("fan_name", Fan::name);

  static final LabelSchema<HostProcess> PROCESS =
      LabelSchema.HOST
          .flatMap(HostProcess::ofHost)
          .label("pid", process -> Long.toString(process.entry().identity().pid()))
          .textLabel("name", MAX_NAME_BYTES, process -> process.entry().identity().processName())
          .textLabel("user", MAX_NAME_BYTES, process -> process.entry().identity().user())
          .label("device_id", process -> Integer.toString(process.entry().gpu().deviceId()))
          .label("gpu_index", process -> Integer.toString(process.entry().gpu().deviceId()))
          .label("device_uuid", process -> process.entry().gpu().deviceUuid())
          .label("instance", HostProcess::hostId)
          .textLabel("command", MAX_COMMAND_BYTES, process -> process.entry().identity().command());

  static final LabelSchema<Double> ENERGY =
      LabelSchema.union(
          List.of(
              LabelSchema.ofSection(Readings::gpus)
                  .label("host", Gpu::hostname)
                  .label("scope", gpu -> "gpu")
                  .indexLabel("gpu_index")
                  .label("gpu_uuid", Gpu::uuid)
                  .flatMap(gpu -> aboveZero(gpu.value(GpuReading.ENERGY_CONSUMED_JOULES))),
              LabelSchema.ofSection(Readings::cpus)
                  .label("host", each -> each.origin().hostname())
                  .label("scope", cpu -> "cpu")
                  .flatMap(cpu -> aboveZero(cpu.energyConsumedJoules())),
              LabelSchema.ofSection(Readings::chassis)
                  .label("host", each -> each.origin().hostname())
                  .label("scope", chassis -> "chassis")
                  .flatMap(chassis -> aboveZero(chassis.energyConsumedJoules()))));

  private static final LabelSchema<RuntimeEnvironment> RUNTIME =
      LabelSchema.ofSection(Readings::chassis)
          .label("hostname", each -> each.origin().hostname())
          .flatMap(chassis -> chassis.runtime().stream());

  static final LabelSchema<RuntimeEnvironment> CONTAINER =
      RUNTIME
          .flatMap(runtime -> runtime.containerRuntime().map(ignored -> runtime).stream())
          .label("runtime", runtime -> runtime.containerRuntime().orElse(UNKNOWN))
          .label("container_id", runtime -> runtime.containerId().orElse(UNKNOWN));

  static final LabelSchema<RuntimeEnvironment> POD =
      RUNTIME
          .flatMap(runtime -> runtime.podName().map(ignored -> runtime).stream())
          .label("pod_name", runtime -> runtime.podName().orElse(UNKNOWN))
          .label("namespace", runtime -> runtime.namespace().orElse(UNKNOWN));

  static final LabelSchema<RuntimeEnvironment> VIRTUAL_MACHINE =
      RUNTIME
          .flatMap(runtime -> runtime.vmType().map(ignored -> runtime).stream())
          .label("vm_type", runtime -> runtime.vmType().orElse(UNKNOWN))
          .label("hypervisor", runtime -> runtime.hypervisor().or(runtime::vmType).orElse(UNKNOWN));

  static final LabelSchema<RuntimeEnvironment> ENVIRONMENT =
      RUNTIME.label("environment", RuntimeEnvironment::environment);

  private HostLabels() {}

  /** Selects the keys of all-smi only: others may contain readings, which are not labels. */
  private static LabelSchema<Chassis> chassisLabels() {
    var schema = CHASSIS;
    for (var key : CHASSIS_DETAIL_KEYS) {
      schema =
          schema.optionalLabel(
              LabelSet.labelName(key), chassis -> Optional.ofNullable(chassis.detail().get(key)));
    }
    return schema;
  }

  private static Stream<Double> aboveZero(OptionalDouble joules) {
    return joules.stream().filter(value -> value > 0).boxed();
  }

  /** A process, whose entry does not contain its host. */
  record HostProcess(String hostId, ProcessEntry entry) {
    private static Stream<HostProcess> ofHost(HostScrape host) {
      return host.readings().processes().stream()
          .map(entry -> new HostProcess(host.hostId(), entry));
    }
  }
}
