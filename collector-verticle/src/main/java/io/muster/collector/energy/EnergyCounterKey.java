package io.muster.collector.energy;

/**
 * The subject of an energy counter, within one host.
 *
 * @param scope kind of the subject
 * @param deviceUuid UUID of the GPU; the empty text for CPU and chassis, of which a host has one
 *     each
 */
record EnergyCounterKey(Scope scope, String deviceUuid) {
  static final EnergyCounterKey CPU = new EnergyCounterKey(Scope.CPU, "");
  static final EnergyCounterKey CHASSIS = new EnergyCounterKey(Scope.CHASSIS, "");

  static EnergyCounterKey gpu(String uuid) {
    return new EnergyCounterKey(Scope.GPU, uuid);
  }

  /** Kinds of subjects; their names are part of the file format. */
  enum Scope {
    GPU,
    CPU,
    CHASSIS
  }
}
