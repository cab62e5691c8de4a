"""The scenarios at libcamera's virtual camera."""

import pathlib
import re
import signal
import time

import scenarios


class Camera(scenarios.Run):
    """Ada before a camera: events go on being sent after a call of libcamera failed, and something tells of it."""

    name, camera = "camera", True
    fewest = 1
    before = ()
    enough = 3  # events sent, of which two after the fault
    damaging = ("camera-cancelled", "camera-no-picture", "camera-damaged")  # a picture counted as damaged tells of these

    def prepare(self, folder):
        scenarios.enroll(self.world, folder)

    def write_configuration(self, folder, drain=3):
        (folder / "facegate.conf").write_text(
            f"[camera]\nsource = auto\nwidth = 320\nheight = 240\nfps = 10\nstall_timeout = 2\n"
            f"[vision]\nmodels = {scenarios.MODELS}\n[access]\nencodings = {folder}/encodings.json\nliveness_threshold = 0.01\n[delivery]\nbackend_url = {self.world.url}\nsend_interval = 0.2\n"
            f"drain_timeout = {drain}\ntimeout = 4\n")

    def arguments(self, folder):
        self.write_configuration(folder)
        self.world.receiver.forget()
        return ["run", "--config", f"{folder}/facegate.conf", "--outbox", f"{folder}/outbox.db"]

    def act(self, folder, fault):
        self.kind = fault.get("FG_FAIL_KIND")
        report = pathlib.Path(fault["FG_FAIL_REPORT"])
        process = self.world.start(folder, self.arguments(folder), fault)
        said, sent_before, deadline = "", None, time.monotonic() + scenarios.PATIENCE
        self.went_on = False
        while not self.went_on and process.poll() is None and time.monotonic() < deadline:
            said += self.world.read_until(process, "sent successfully", 1)
            sent = said.count("sent successfully")
            if sent_before is None and report.exists() and "failed" in report.read_text():
                sent_before = sent
            self.went_on = sent >= (self.enough if sent_before is None else sent_before + 2)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        return self.world.finish(process, said)

    def works(self):
        return self.went_on

    def reported(self, ended):
        counted = re.search(r"Stopped: .* [1-9]\d* damaged,", ended.output) is not None
        return super().reported(ended) or (self.kind in self.damaging and counted)

    def judge_more(self, folder, ended, failed):
        wrong = [] if self.went_on else ["it did not go on sending"]
        if failed and not self.reported(ended):
            wrong.append("it failed, and no word of it")
        return wrong


class Cameras(scenarios.Scenario):
    """The list of cameras tells what it could not find out."""

    name, camera = "cameras", True

    def prepare(self, folder):
        ended = self.world.run(folder, self.arguments(folder))
        assert ended.code == 0, ended.output
        self.whole = ended.output

    def arguments(self, folder):
        return ["cameras"]

    def reported(self, ended):
        return super().reported(ended) or ended.output != self.whole

    def judge(self, folder, ended, failed):
        return ["it failed, and no word of it"] if failed and not self.reported(ended) else []


ALL = (Camera, Cameras)
