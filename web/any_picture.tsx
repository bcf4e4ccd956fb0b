// Any picture to look for: a file, or what the camera of a phone takes.
import { useRef } from "react";

export function firstPicture(files: FileList | null | undefined): File | undefined {
  return Array.from(files ?? []).find((file) => file.type.startsWith("image/"));
}

function Chooser({
  name,
  camera,
  onChoose,
}: {
  name: string;
  camera?: boolean;
  onChoose: (picture: File | undefined) => void;
}) {
  const file = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className={camera ? "only-touch" : undefined} onClick={() => file.current?.click()}>
        {name}
      </button>
      <input
        ref={file}
        type="file"
        accept="image/*"
        capture={camera ? "environment" : undefined}
        hidden
        onChange={(event) => {
          onChoose(firstPicture(event.target.files));
          event.target.value = "";
        }}
      />
    </>
  );
}

export function AnyPicture({ sending, onChoose }: { sending: boolean; onChoose: (picture: File | undefined) => void }) {
  return (
    <>
      <Chooser name={sending ? "Sending …" : "Any picture"} onChoose={onChoose} />
      <Chooser name="Camera" camera onChoose={onChoose} />
    </>
  );
}
