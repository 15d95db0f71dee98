// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** One wrong instruction in the engine, each of which loses or repeats records once in a while. */
enum PlantedBug {
    /** A block is acknowledged to its source when its fact is written, and not when it is durable. */
    ACKNOWLEDGES_BEFORE_THE_LEDGER("engine/ReceiverInputs", "admit") {
        @Override
        boolean plant(InsnList code, AbstractInsnNode at) {
            return calls(at, "append", "io/millrace/core/ledger/Ledger")
                    && replace(code, (MethodInsnNode) at, "tellAtOnce");
        }
    },

    /** Blocks are freed when they are old, and not when no batch needs them. */
    TRIMS_BY_THE_CLOCK("engine/ReceiverInputs", "processed") {
        @Override
        boolean plant(InsnList code, AbstractInsnNode at) {
            return calls(at, "trim", "io/millrace/core/log/CommitLog")
                    && replace(code, (MethodInsnNode) at, "trimByAge");
        }
    },

    /** A batch is committed though what it did to the state is not in the log yet. */
    COMMITS_BEFORE_THE_STATE("engine/BatchJobs", "computed") {
        @Override
        boolean plant(InsnList code, AbstractInsnNode at) {
            if (at instanceof FieldInsnNode field && field.name.equals("stateWritten")) {
                code.insertBefore(at, new InsnNode(Opcodes.POP));
                code.insertBefore(at, new InsnNode(Opcodes.ICONST_1));
                return true;
            }
            return false;
        }
    };

    private final String type;
    private final String method;

    PlantedBug(String type, String method) {
        this.type = "io/millrace/core/" + type;
        this.method = method;
    }

    abstract boolean plant(InsnList code, AbstractInsnNode at);

    /** Changes a class, if it is the one; whether the engine still has the place that the bug belongs to. */
    boolean plantIn(ClassNode loaded) {
        boolean planted = false;
        if (loaded.name.equals(type)) {
            for (MethodNode candidate : loaded.methods) {
                if (candidate.name.equals(method)) {
                    for (AbstractInsnNode at : candidate.instructions.toArray()) {
                        planted |= plant(candidate.instructions, at);
                    }
                }
            }
        }
        return planted;
    }

    private static boolean calls(AbstractInsnNode at, String name, String owner) {
        return at instanceof MethodInsnNode call && call.name.equals(name) && call.owner.equals(owner);
    }

    private static boolean replace(InsnList code, MethodInsnNode call, String by) {
        String descriptor = "(L" + call.owner + ";" + call.desc.substring(1);
        code.set(
                call,
                new MethodInsnNode(Opcodes.INVOKESTATIC, "io/millrace/core/simulated/Broken", by, descriptor, false));
        return true;
    }
}
