// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.inputs;

import io.millrace.api.DStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.inputs.CustomInput;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A receiver in ten lines: reads a sensor, and shows the readings that are too high. */
public final class SensorReadings {
    private static final double TOO_HIGH = 2.0;

    private SensorReadings() {}

    public static void main(String[] args) throws InterruptedException {
        try (StreamingContext ssc = StreamingContext.builder("sensor")
                .batchInterval(Duration.ofSeconds(1))
                .build()) {
            tooHigh(ssc.receive(CustomInput.of("sensor", Codecs.DOUBLE, store -> {
                        while (true) {
                            store.store(ThreadLocalRandom.current().nextGaussian());
                            TimeUnit.MILLISECONDS.sleep(10);
                        }
                    })))
                    .print();
            ssc.start();
            ssc.awaitTermination();
        }
    }

    static DStream<Double> tooHigh(DStream<Double> readings) {
        return readings.filter(reading -> reading > TOO_HIGH);
    }
}
