package io.muster.schema.metric;

import io.muster.schema.frame.Readings;
import io.muster.schema.gpu.Gpu;
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

/** A host and its parts beside the accelerators, with the labels that all-smi gives them. */
final class HostSubjects {
  private static final Map<String, String> CORE_TYPE =
      Map.of("Super", "S", "Performance", "P", "Efficiency", "E", "Standard", "C");
  private static final List<String> CHASSIS_DETAIL =
      List.of("Product Name", "Vendor", "Board", "Version", "BIOS Version", "platform");
  private static final String UNKNOWN = "unknown";

  /** 256 bytes of a command and 128 of a name are kept, and then the remark that it was cut. */
  private static final int COMMAND_BYTES = 256 + 32;

  private static final int NAME_BYTES = 128 + 32;

  static final Subject<HostScrape> HOST =
      Subject.host().label("instance", HostScrape::host).label("hostname", HostScrape::host);

  static final Subject<HostScrape> BUILD =
      HOST.label("version", host -> host.build().version())
          .label("os", host -> host.build().os())
          .label("arch", host -> host.build().arch());

  private static final Subject<Cpu> CPU_MODEL =
      Subject.each(Readings::cpus)
          .label("cpu_model", Cpu::cpuModel)
          .label("instance", Cpu::instance)
          .label("hostname", Cpu::hostname);

  static final Subject<Cpu> CPU = CPU_MODEL.label("index", cpu -> Integer.toString(cpu.index()));

  static final Subject<Cpu> CPU_INFO =
      CPU.label("architecture", Cpu::architecture)
          .label("platform_type", cpu -> cpu.platformType().label());

  static final Subject<CpuSocket> CPU_SOCKET =
      CPU_MODEL
          .label("cpu_index", cpu -> Integer.toString(cpu.index()))
          .inner(cpu -> cpu.perSocketInfo().stream())
          .label("socket_id", socket -> Integer.toString(socket.socketId()));

  static final Subject<CpuCore> CPU_CORE =
      CPU_MODEL
          .inner(cpu -> cpu.perCoreUtilization().stream())
          .label("core_id", core -> Integer.toString(core.coreId()))
          .label("core_type", core -> CORE_TYPE.getOrDefault(core.coreType(), "C"));

  static final Subject<AppleSilicon> APPLE_CPU = CPU.inner(cpu -> cpu.appleSiliconInfo().stream());

  static final Subject<Memory> MEMORY =
      Subject.each(Readings::memory)
          .label("instance", Memory::instance)
          .label("hostname", Memory::hostname)
          .label("index", memory -> Integer.toString(memory.index()));

  static final Subject<Storage> DISK =
      Subject.each(Readings::storage)
          .label("instance", Storage::hostname)
          .label("mount_point", Storage::mountPoint)
          .label("index", disk -> Integer.toString(disk.index()));

  static final Subject<Chassis> CHASSIS =
      Subject.each(Readings::chassis)
          .label("hostname", Chassis::hostname)
          .label("instance", Chassis::instance);

  static final Subject<Chassis> CHASSIS_INFO = chassisInfo();

  static final Subject<String> CHASSIS_PRESSURE =
      CHASSIS.inner(chassis -> chassis.thermalPressure().stream()).label("level", level -> level);

  static final Subject<Fan> FAN =
      CHASSIS
          .inner(chassis -> chassis.fanSpeeds().stream())
          .label("fan_id", fan -> Integer.toString(fan.id()))
          .label("fan_name", Fan::name);

  static final Subject<ProcessEntry> PROCESS =
      Subject.each(Readings::processes)
          .label("pid", process -> Long.toString(process.pid()))
          .text("name", NAME_BYTES, ProcessEntry::processName)
          .text("user", NAME_BYTES, ProcessEntry::user)
          .label("device_id", process -> Integer.toString(process.deviceId()))
          .label("gpu_index", process -> Integer.toString(process.deviceId()))
          .label("device_uuid", ProcessEntry::deviceUuid)
          .hostName("instance")
          .text("command", COMMAND_BYTES, ProcessEntry::command);

  static final Subject<Double> ENERGY =
      Subject.all(
          List.of(
              Subject.each(Readings::gpus)
                  .label("host", Gpu::hostname)
                  .label("scope", gpu -> "gpu")
                  .position("gpu_index")
                  .label("gpu_uuid", Gpu::uuid)
                  .inner(gpu -> aboveZero(gpu.energyConsumedJoules())),
              Subject.each(Readings::cpus)
                  .label("host", Cpu::hostname)
                  .label("scope", cpu -> "cpu")
                  .inner(cpu -> aboveZero(cpu.energyConsumedJoules())),
              Subject.each(Readings::chassis)
                  .label("host", Chassis::hostname)
                  .label("scope", chassis -> "chassis")
                  .inner(chassis -> aboveZero(chassis.energyConsumedJoules()))));

  private static final Subject<RuntimeEnvironment> RUNTIME =
      Subject.each(Readings::chassis)
          .label("hostname", Chassis::hostname)
          .inner(chassis -> chassis.runtime().stream());

  static final Subject<RuntimeEnvironment> CONTAINER =
      RUNTIME
          .inner(runtime -> runtime.containerRuntime().map(it -> runtime).stream())
          .label("runtime", runtime -> runtime.containerRuntime().orElse(UNKNOWN))
          .label("container_id", runtime -> runtime.containerId().orElse(UNKNOWN));

  static final Subject<RuntimeEnvironment> POD =
      RUNTIME
          .inner(runtime -> runtime.podName().map(it -> runtime).stream())
          .label("pod_name", runtime -> runtime.podName().orElse(UNKNOWN))
          .label("namespace", runtime -> runtime.namespace().orElse(UNKNOWN));

  static final Subject<RuntimeEnvironment> VIRTUAL_MACHINE =
      RUNTIME
          .inner(runtime -> runtime.vmType().map(it -> runtime).stream())
          .label("vm_type", runtime -> runtime.vmType().orElse(UNKNOWN))
          .label("hypervisor", runtime -> runtime.hypervisor().or(runtime::vmType).orElse(UNKNOWN));

  static final Subject<RuntimeEnvironment> ENVIRONMENT =
      RUNTIME.label("environment", RuntimeEnvironment::environment);

  private HostSubjects() {}

  /** The keys of all-smi only: others may hold readings, which are no labels. */
  private static Subject<Chassis> chassisInfo() {
    var info = CHASSIS;
    for (var key : CHASSIS_DETAIL) {
      info =
          info.option(
              LabelSet.name(key), chassis -> Optional.ofNullable(chassis.detail().get(key)));
    }
    return info;
  }

  private static Stream<Double> aboveZero(OptionalDouble joules) {
    return joules.stream().filter(number -> number > 0).boxed();
  }
}
