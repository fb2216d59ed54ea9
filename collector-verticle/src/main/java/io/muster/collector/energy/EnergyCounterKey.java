package io.muster.collector.energy;

/**
 * What an energy counter counts for, within one host.
 *
 * @param scope kind of the subject
 * @param deviceUuid UUID of the GPU; empty text for the others, of which a host has one each
 */
record EnergyCounterKey(Scope scope, String deviceUuid) {
  static final EnergyCounterKey CPU = new EnergyCounterKey(Scope.CPU, "");
  static final EnergyCounterKey CHASSIS = new EnergyCounterKey(Scope.CHASSIS, "");

  static EnergyCounterKey gpu(String uuid) {
    return new EnergyCounterKey(Scope.GPU, uuid);
  }

  /** Kinds of subjects; their names stand on disk. */
  enum Scope {
    GPU,
    CPU,
    CHASSIS
  }
}
