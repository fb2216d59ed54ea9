package io.muster.collector.energy;

import java.util.OptionalDouble;

/**
 * One counter as it is kept on disk.
 *
 * @param joules counted so far
 * @param hardwareJoules what the hardware's counter was then, if it goes on without the collector
 * @param atMillis wall time of the last reading in it
 */
record SavedEnergyCounter(
    EnergyCounterKey key, double joules, OptionalDouble hardwareJoules, long atMillis) {}
