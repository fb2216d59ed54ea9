package io.muster.collector.energy;

/**
 * What an energy counter counts for, within one host.
 *
 * @param scope kind of the subject
 * @param device UUID of the GPU; empty text for the others, of which a host has one each
 */
record EnergySubject(Scope scope, String device) {
  static final EnergySubject CPU = new EnergySubject(Scope.CPU, "");
  static final EnergySubject CHASSIS = new EnergySubject(Scope.CHASSIS, "");

  static EnergySubject gpu(String uuid) {
    return new EnergySubject(Scope.GPU, uuid);
  }

  /** Kinds of subjects; their names stand on disk. */
  enum Scope {
    GPU,
    CPU,
    CHASSIS
  }
}
